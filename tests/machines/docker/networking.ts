import { run } from "../../../cli/process/run.ts";

/** The machine as all of the engine's containers reach it. */
export const engineAddress = "172.31.200.1";

/** The addresses that the machine's engine gives to its networks: neither podman nor an engine by default takes them. */
export const ownNetworks = [`--bip=${engineAddress}/24`, "--default-address-pool=base=172.31.0.0/17,size=24"];

/**
 * The bridges of another Docker engine, be it stopped or at a socket of its own: their rules are told from the
 * machine's own by nothing.
 *
 * @param listing the output of `ip -brief address show type bridge`
 */
export function foreignBridges(listing: string): string[] {
    return listing
        .split("\n")
        .filter((line) => /^(?:docker0|br-[0-9a-f]{12})\s/.test(line) && !/\s172\.31\.\d+\.\d+\//.test(line))
        .map((line) => line.replace(/\s.*/, ""));
}

/** @throws Error where another engine has networks, which would go with the machine's own */
export async function refuseForeignNetworks(): Promise<void> {
    const bridges = foreignBridges(await run("ip", ["-brief", "address", "show", "type", "bridge"]));
    if (bridges.length > 0) {
        throw new Error(
            `Another Docker engine has networks here (${bridges.join(", ")}). Two would take each other's firewall rules away.`,
        );
    }
}

/** Removes the bridges and the firewall's rules and chains that an engine leaves behind when it ends. */
export async function removeNetworking(): Promise<void> {
    const links = await run("ip", ["-brief", "link", "show", "type", "bridge"]);
    for (const [bridge] of links.matchAll(/^(?:docker0|br-[0-9a-f]{12})\b/gm)) {
        await run("ip", ["link", "delete", bridge]);
    }
    for (const command of ["iptables", "ip6tables"]) {
        for (const table of ["filter", "nat", "raw"]) {
            await removeRules(command, table);
        }
    }
}

async function removeRules(command: string, table: string): Promise<void> {
    const lines = (await run(command, ["--table", table, "--list-rules"])).split("\n");
    const chains = lines.flatMap((line) => /^-N (DOCKER\S*)$/.exec(line)?.[1] ?? []);
    const rules = lines.filter((line) =>
        /^-A (?!DOCKER).*(?:-j DOCKER|\bdocker0\b|\bbr-[0-9a-f]{12}\b)/.test(line),
    );
    for (const rule of rules) {
        await run(command, ["--table", table, ...rule.replace(/^-A/, "-D").split(" ")]);
    }
    // Chains mention each other: all have to be empty before one can go.
    for (const option of ["--flush", "--delete-chain"]) {
        for (const chain of chains) {
            await run(command, ["--table", table, option, chain]);
        }
    }
}

import { run } from "../../../cli/process/run.ts";

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

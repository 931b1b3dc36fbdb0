import { execa } from "execa";
import * as v from "valibot";
import { parse, stringify } from "yaml";

import { machineFacts } from "../../../cli/container-engine/machine-facts.ts";
import { kindConfig } from "../../../cli/kind/kind-config.ts";
import { run } from "../../../cli/process/run.ts";
import { publishedKind } from "./programs.ts";
import { nodesRegistryAddress, registryAddress } from "./registry.ts";

/** Has the nodes' containerd look for a registry's mirrors in this folder, as kind's manual has it. */
const registryFolder = "/etc/containerd/certs.d";

const registryPatch = `[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "${registryFolder}"\n`;

const configSchema = v.looseObject({ containerdConfigPatches: v.optional(v.array(v.string()), []) });

/** Options of a cluster that somebody makes with kind. */
export interface PlainClusterOptions {
    readonly name: string;
    /** The number of nodes beside the control plane's. */
    readonly workers: number;
    /** The port on this machine that leads to port 80 of the control plane's node. */
    readonly port: number;
    /** The kubeconfig that kind adds the cluster to. */
    readonly kubeconfig: string;
    /** The cluster's own kubectl, and the environment in which docker and kind find the engine. */
    readonly kubectl: string;
    readonly environment: Readonly<Record<string, string>>;
}

/**
 * A cluster that somebody has made with kind itself, of the image that kind takes by default. Its nodes pull from the
 * machine's registry.
 */
export class PlainCluster {
    readonly name: string;
    readonly context: string;
    readonly #options: PlainClusterOptions;

    constructor(options: PlainClusterOptions) {
        this.name = options.name;
        this.context = `kind-${options.name}`;
        this.#options = options;
    }

    /** Makes the cluster. */
    async create(): Promise<void> {
        await this.#run(publishedKind, ["create", "cluster", "--quiet", "--config=-"], this.#config());
        await this.inNodes(registryScript);
    }

    /** Removes the cluster, and its entries in the kubeconfig. */
    async delete(): Promise<void> {
        await this.#run(publishedKind, ["delete", "cluster", "--quiet", "--name", this.name]);
    }

    /** The names of the nodes, the control plane's first. */
    async nodes(): Promise<string[]> {
        const names = await this.kubectl("get", "nodes", "--output=jsonpath={.items[*].metadata.name}");
        return names.split(" ").sort();
    }

    /** Runs kubectl on the cluster, and returns what it writes. */
    async kubectl(...args: string[]): Promise<string> {
        return await this.#run(this.#options.kubectl, ["--context", this.context, ...args]);
    }

    /** Starts kubectl on the cluster, and leaves it its input until told that there is no more. */
    start(...args: string[]): { readonly output: Promise<string>; readonly endInput: () => void } {
        const { environment, kubeconfig, kubectl } = this.#options;
        const started = execa(kubectl, ["--context", this.context, ...args], {
            env: { ...environment, KUBECONFIG: kubeconfig },
        });
        // Awaited by the caller at the end; until then a failure is nobody's oversight.
        started.catch(() => undefined);
        return {
            output: started.then(({ stdout }) => stdout),
            endInput: () => {
                started.stdin.end();
            },
        };
    }

    /** Applies a manifest. */
    async apply(manifest: string): Promise<void> {
        const args = ["--context", this.context, "apply", "--server-side", "--filename=-"];
        await this.#run(this.#options.kubectl, args, manifest);
    }

    /** Runs a shell script in a node. */
    async inNode(node: string, script: string): Promise<void> {
        await this.#run("docker", ["exec", "--interactive", node, "sh", "-eu"], script);
    }

    /** Runs a shell script in each node. */
    async inNodes(script: string): Promise<void> {
        for (const node of await this.nodes()) {
            await this.inNode(node, script);
        }
    }

    /** Copies a program of this machine to where all nodes look for programs. */
    async install(program: string): Promise<void> {
        for (const node of await this.nodes()) {
            await this.#run("docker", ["cp", program, `${node}:/usr/local/bin/`]);
        }
    }

    /** kind's configuration: what this machine's kernel asks of any cluster, and nothing else of the project's. */
    #config(): string {
        const { name, workers, port } = this.#options;
        const machine: unknown = parse(
            kindConfig({ name, hostPort: port, image: undefined, facts: machineFacts() }),
        );
        const { containerdConfigPatches, ...config } = v.parse(configSchema, machine);
        const mapping = { containerPort: 80, hostPort: port, listenAddress: "127.0.0.1" };
        return stringify({
            ...config,
            containerdConfigPatches: [...containerdConfigPatches, registryPatch],
            nodes: [
                { role: "control-plane", extraPortMappings: [mapping] },
                ...Array.from({ length: workers }, () => ({ role: "worker" })),
            ],
        });
    }

    async #run(command: string, args: readonly string[], input?: string): Promise<string> {
        const { environment, kubeconfig } = this.#options;
        return await run(command, args, {
            environment: { ...environment, KUBECONFIG: kubeconfig },
            ...(input !== undefined && { input }),
        });
    }
}

/** The node's registries: Docker Hub and this machine's own are both the machine's registry. */
const registryScript = ["docker.io", registryAddress]
    .map((registry) => {
        const folder = `${registryFolder}/${registry}`;
        return `mkdir -p ${folder}\necho '[host."http://${nodesRegistryAddress}"]' >${folder}/hosts.toml`;
    })
    .join("\n");

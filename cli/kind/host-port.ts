import { createServer } from "node:net";

import { run } from "../process/run.ts";
import { ClusterError, type ClusterOptions } from "./cluster.ts";
import { ingressPort } from "./kind-output.ts";

/** @throws ClusterError when the existing cluster leads another port, or none, to its Ingress. */
export async function checkHostPort(
    { name, engine, signal }: Pick<ClusterOptions, "name" | "engine" | "signal">,
    hostPort: number,
): Promise<void> {
    const node = `${name}-control-plane`;
    const format = "{{json .HostConfig.PortBindings}}";
    const context = { environment: engine.environment, signal };
    const port = ingressPort(
        await run(engine.command, ["container", "inspect", "--format", format, node], context),
    );
    if (port === hostPort) {
        return;
    }
    const has =
        port === undefined
            ? "leads no port of this machine to its Ingress"
            : `leads port ${port} to its Ingress`;
    const change =
        port === undefined
            ? ""
            : `Set the stack's ingress.externalPort to ${port}, which is where the cluster answers.\n`;
    throw new ClusterError(
        `The kind cluster ${name} exists and ${has}, but the stack's settings say ${hostPort}. ` +
            `Ports of a kind cluster can't be changed.`,
        `${change}Or use another name for the cluster, or delete this one (kind delete cluster --name ${name}).\n` +
            `Or, if the cluster isn't this project's, name its context: --context kind-${name}`,
    );
}

/** @throws ClusterError when something on this machine listens on the port already. */
export async function checkPortIsFree(name: string, hostPort: number): Promise<void> {
    const taken = await new Promise<boolean>((resolve) => {
        const server = createServer()
            // Anything else, such as a port below 1024 without the right to it, isn't this process' but the engine's affair.
            .once("error", (error: NodeJS.ErrnoException) => {
                resolve(error.code === "EADDRINUSE");
            })
            .listen(hostPort, "127.0.0.1", () => {
                server.close(() => {
                    resolve(false);
                });
            });
    });
    if (taken) {
        throw new ClusterError(
            `Port ${hostPort} on 127.0.0.1, where the cluster ${name} shall answer, is in use by another program.`,
            `End that program (ss --listening --tcp --processes 'sport = :${hostPort}' names it), ` +
                `or set the stack's ingress.externalPort to a free port.`,
        );
    }
}

import * as v from "valibot";

/** The step that a line of kind's output begins, or undefined: ` • Starting control-plane 🕹️  ...`. */
export function kindStep(line: string): string | undefined {
    return /^ • (.*?)\s*[^\p{ASCII}]*\s*\.\.\.$/u.exec(line)?.[1];
}

/** The first step that kind takes inside of the nodes: containerd runs there by then. */
export const firstStepInNodes = "Starting control-plane";

/** Number of the last lines of kind's output that tell a person enough. */
const reasonLines = 15;

/** Extracts kind's report of its failure: its last lines, without the details that kubeadm logs on the way. */
export function kindReason(output: readonly string[]): string {
    return output
        .filter((line) => line.trim() !== "" && !/^[IW]\d{4} /.test(line))
        .slice(-reasonLines)
        .join("\n");
}

/** Reads off why kind could not pull its node image; undefined where it failed in another way. */
export function failedPull(output: readonly string[]): string | undefined {
    const text = output.join("\n").trimEnd();
    const [, image] = /failed to pull image "([^"@]+)/.exec(text) ?? [];
    const reason = text.replace(/^[^]*\n(?:Command Output: )?/, "");
    return image === undefined ? undefined : `${image} can't be pulled: ${reason}`;
}

const bindings = v.nullable(v.record(v.string(), v.nullable(v.array(v.object({ HostPort: v.string() })))));

/** The port on this machine that leads to port 80 of a container, from its `HostConfig.PortBindings` as JSON. */
export function ingressPort(portBindings: string): number | undefined {
    const port = v.parse(bindings, JSON.parse(portBindings))?.["80/tcp"]?.[0]?.HostPort;
    return port === undefined ? undefined : Number(port);
}

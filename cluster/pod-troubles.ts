/** What is looked at in a pod; the client's own class has this form. */
export interface PodFacts {
    readonly metadata?: { readonly name?: string };
    readonly status?: {
        readonly conditions?: readonly {
            readonly type: string;
            readonly status: string;
            readonly message?: string;
        }[];
        readonly initContainerStatuses?: readonly ContainerFacts[];
        readonly containerStatuses?: readonly ContainerFacts[];
    };
}

interface ContainerFacts {
    readonly name: string;
    readonly restartCount: number;
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    readonly lastState?: {
        readonly terminated?: {
            readonly exitCode: number;
            readonly reason?: string;
            readonly message?: string;
        };
    };
}

/** A container waits for these as a matter of course. */
const ordinary = ["ContainerCreating", "PodInitializing"];

/**
 * What keeps pods from running that waiting alone may not cure: no node has room, an image can't be had, a container
 * crashes. One line each, with Kubernetes' own reason; a pod that is only starting is none.
 */
export function podTroubles(pods: readonly PodFacts[]): string[] {
    return pods.flatMap(({ metadata, status }) => {
        const name = metadata?.name ?? "";
        const unscheduled = (status?.conditions ?? []).filter(
            (condition) => condition.type === "PodScheduled" && condition.status === "False",
        );
        const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
        return [
            ...unscheduled.map(
                ({ message = "it can't be scheduled" }) => `pod ${name}: ${firstSentence(message)}`,
            ),
            ...containers.flatMap((container) => {
                const reason = containerTrouble(container);
                return reason === undefined ? [] : [`pod ${name}, container ${container.name}: ${reason}`];
            }),
        ];
    });
}

function containerTrouble({ restartCount, state, lastState }: ContainerFacts): string | undefined {
    const waiting = state?.waiting;
    const ended = lastState?.terminated;
    if (ended !== undefined && restartCount > 0 && waiting !== undefined) {
        const reason = ended.reason === undefined || ended.reason === "Error" ? "" : ` (${ended.reason})`;
        const said = ended.message === undefined ? "" : `: ${lastLine(ended.message)}`;
        return `ended with exit code ${ended.exitCode}${reason} and is restarted${said}`;
    }
    if (waiting?.reason === undefined || ordinary.includes(waiting.reason)) {
        return undefined;
    }
    return waiting.message === undefined ? waiting.reason : `${waiting.reason}: ${lastLine(waiting.message)}`;
}

/** The scheduler's message goes on with what it tried in vain. */
function firstSentence(message: string): string {
    return message.split(". ", 1)[0] ?? message;
}

/** A container's last words are the end of its log. */
function lastLine(message: string): string {
    return message.trimEnd().split("\n").at(-1) ?? "";
}

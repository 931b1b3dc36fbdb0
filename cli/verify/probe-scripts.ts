/*
 * The scripts that run in pods, by bash, coreutils and getent, which the images of all tiers have.
 */

/** The time that a script may take, in seconds; what is left of it is then ended. */
const scriptSeconds = 8;

/** The time after which a connection counts as blocked, in seconds. */
const connectSeconds = 2;

/** Answers the questions that are its arguments all at once, and prints a line for each as it is answered. */
const askScript = `
export LC_ALL=C
connect() {
    timeout ${String(connectSeconds)} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$@"
}
resolve() {
    getent ahosts "$1" | cut -d ' ' -f 1 | sort -u
} 2> /dev/null
nameservers() {
    while read -r key address; do
        if [ "$key" = nameserver ]; then
            echo "$address"
        fi
    done < /etc/resolv.conf
}
index=0
for question in "$@"; do
    {
        answer=$($question 2>&1)
        echo "$index $? \${answer//$'\\n'/ }"
    } &
    index=$((index + 1))
done
wait
`;

/** The command that runs a bash script; the first of its arguments is its `$0`. */
export function bash(script: string, ...args: readonly (string | number)[]): string[] {
    return ["timeout", String(scriptSeconds), "bash", "-c", script, ...args.map(String)];
}

/** A new connection, the look-up of a name, or the addresses that look-ups go to, in the words of the script. */
export type Question = `connect ${string} ${number}` | `resolve ${string}` | "nameservers";

/** Asks several questions at once. */
export function askCommand(questions: readonly Question[]): string[] {
    return bash(askScript, "bash", ...questions);
}

/** The answer to a question. */
export interface Answer {
    readonly exitCode: number;
    readonly text: string;
}

/**
 * Reads what the command of {@link askCommand} printed.
 *
 * @returns the answers in the order of the questions; undefined for one of which nothing was printed
 */
export function readAnswers(stdout: string, count: number): (Answer | undefined)[] {
    const answers = new Array<Answer | undefined>(count).fill(undefined);
    for (const line of stdout.split("\n")) {
        const [, index, exitCode, text = ""] = /^(\d+) (\d+) ?(.*)$/.exec(line) ?? [];
        if (index !== undefined) {
            answers[Number(index)] = { exitCode: Number(exitCode), text };
        }
    }
    return answers;
}

/** The addresses that a name was resolved to, none if it doesn't resolve; or those of the name servers. */
export function addressesIn(answer: Answer | undefined): string[] {
    return answer?.text.split(" ").filter((address) => address !== "") ?? [];
}

/** The result of an attempt to connect. */
export type Attempt = "open" | "refused" | "no answer" | "no such name" | "unreachable";

/** The result of an attempt to connect; undefined if none was made. */
export function attemptIn(answer: Answer | undefined): Attempt | undefined {
    if (answer === undefined) {
        return undefined;
    }
    const { exitCode, text } = answer;
    if (exitCode === 0) {
        return "open";
    }
    if (exitCode === 124) {
        return "no answer";
    }
    if (/refused/i.test(text)) {
        return "refused";
    }
    return /not known|name resolution|No address/i.test(text) ? "no such name" : "unreachable";
}

/** Sends one HTTP request for a path to a host and port. */
export const requestScript = `
exec 3<>"/dev/tcp/$0/$1"
printf 'GET %s HTTP/1.0\\r\\nHost: %s\\r\\nAccept: */*\\r\\n\\r\\n' "$2" "$0" >&3
head -c 262144 <&3
`;

/** An answer to an HTTP request. */
export interface HttpAnswer {
    readonly status: number;
    /** As the server said it, without parameters. */
    readonly contentType: string;
    readonly body: string;
}

/** Reads what {@link requestScript} printed; undefined if it is no HTTP. */
export function readHttpAnswer(stdout: string): HttpAnswer | undefined {
    const end = stdout.indexOf("\r\n\r\n");
    const head = stdout.slice(0, end);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (end < 0 || status === undefined) {
        return undefined;
    }
    const contentType = /^content-type: *([^;\r\n]*)/im.exec(head)?.[1] ?? "";
    return { status: Number(status), contentType, body: stdout.slice(end + 4) };
}

/**
 * Opens a number of connections to a host and port, which a process left behind holds for some seconds, and prints the
 * pod's connections.
 */
export const holdScript = `
for ((i = 0; i < $2; i++)); do
    exec {socket}<>"/dev/tcp/$0/$1"
done
cat /proc/net/tcp /proc/net/tcp6
sleep 10 > /dev/null 2>&1 &
`;

/**
 * Tells if a connection of one pod ends in another, by `/proc/net/tcp` and `/proc/net/tcp6` of both
 * (https://docs.kernel.org/networking/proc_net_tcp.html): the local address of the one is the remote address of the
 * other. An IPv4 address that comes mapped to IPv6 ends like the bare one.
 */
export function areConnected(fromTable: string, toTable: string): boolean {
    const established = /^ *\d+: (\S+) \S+ 01 /gm;
    return [...fromTable.matchAll(established)].some(([, local = ""]) => toTable.includes(`${local} 01 `));
}

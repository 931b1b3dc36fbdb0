/*
 * The scripts that run in pods, by bash, coreutils and getent, which the images of all tiers have. Each gets its
 * arguments after its text and prints one line for each of them.
 */

/** The time after which a connection counts as blocked, in seconds. */
const connectSeconds = 2;

const connectScript = `
export LC_ALL=C
attempt() {
    local started=\${EPOCHREALTIME/./} error code
    error=$(timeout ${String(connectSeconds)} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>&1)
    code=$?
    echo "$1 $code $(( (\${EPOCHREALTIME/./} - started) / 1000 )) \${error//$'\\n'/ }"
}
index=0
while [ $# -gt 1 ]; do
    attempt $index "$1" "$2" &
    index=$((index + 1))
    shift 2
done
wait
`;

const resolveScript = `
export LC_ALL=C
lookup() {
    local answer code
    answer=$(timeout 8 getent ahosts "$2")
    code=$?
    echo "$1 $code" $(while read -r address _; do echo "$address"; done <<< "$answer" | sort -u)
}
index=0
for name in "$@"; do
    lookup $index "$name" &
    index=$((index + 1))
done
wait
`;

const requestScript = `
exec timeout 5 bash -c '
    exec 3<>"/dev/tcp/$0/$1" || exit 7
    printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\nAccept: */*\\r\\n\\r\\n" "$2" "$0" >&3
    head -c 262144 <&3
' "$@"
`;

const holdScript = `
opened=0
for ((i = 0; i < $3; i++)); do
    exec {socket}<>"/dev/tcp/$1/$2" && opened=$((opened + 1))
done
echo "$opened"
sleep "$4"
`;

function bash(script: string, args: readonly (string | number)[]): string[] {
    return ["bash", "-c", script, "bash", ...args.map(String)];
}

/** A host and port to connect to. */
export interface Address {
    readonly host: string;
    readonly port: number;
}

/** Opens one new connection to each address, all at once. */
export function connectCommand(addresses: readonly Address[]): string[] {
    return bash(
        connectScript,
        addresses.flatMap(({ host, port }) => [host, port]),
    );
}

/** Looks up each name, all at once. */
export function resolveCommand(names: readonly string[]): string[] {
    return bash(resolveScript, names);
}

/** Sends one HTTP request. */
export function requestCommand({ host, port }: Address, path: string): string[] {
    return bash(requestScript, [host, port, path]);
}

/** Opens connections to an address and keeps them open for some seconds. */
export function holdCommand({ host, port }: Address, connections: number, seconds: number): string[] {
    return bash(holdScript, [host, port, connections, seconds]);
}

/** The result of an attempt to connect. */
export interface Attempt {
    readonly outcome: "open" | "refused" | "no answer" | "no such name" | "unreachable";
    readonly milliseconds: number;
}

/**
 * Reads what the command of {@link connectCommand} printed.
 *
 * @returns the attempts in the order of the addresses; undefined for one of which nothing was printed
 */
export function readAttempts(stdout: string, count: number): (Attempt | undefined)[] {
    const attempts = new Array<Attempt | undefined>(count).fill(undefined);
    for (const line of stdout.split("\n")) {
        const match = /^(\d+) (\d+) (\d+) ?(.*)$/.exec(line);
        if (match !== null) {
            const [, index = "", code = "", milliseconds = "", error = ""] = match;
            attempts[Number(index)] = {
                outcome: outcomeOf(Number(code), error),
                milliseconds: Number(milliseconds),
            };
        }
    }
    return attempts;
}

function outcomeOf(exitCode: number, error: string): Attempt["outcome"] {
    if (exitCode === 0) {
        return "open";
    }
    if (exitCode === 124) {
        return "no answer";
    }
    if (/refused/i.test(error)) {
        return "refused";
    }
    return /not known|name resolution|No address/i.test(error) ? "no such name" : "unreachable";
}

/** Reads what the command of {@link resolveCommand} printed: the addresses of each name, none if it doesn't resolve. */
export function readAddresses(stdout: string, count: number): string[][] {
    const addresses = Array.from({ length: count }, (): string[] => []);
    for (const line of stdout.split("\n")) {
        const [index = "", , ...found] = line.trim().split(" ");
        if (/^\d+$/.test(index)) {
            addresses[Number(index)] = found;
        }
    }
    return addresses;
}

/** An answer to an HTTP request. */
export interface HttpAnswer {
    readonly status: number;
    /** As the server said it, without parameters. */
    readonly contentType: string;
    readonly body: string;
}

/** Reads what the command of {@link requestCommand} printed; undefined if it is no HTTP. */
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

/** The state ESTABLISHED in the kernel's table. */
const established = "01";

/**
 * The remote addresses of the connections to a port, from `/proc/net/tcp` and `/proc/net/tcp6`
 * (https://docs.kernel.org/networking/proc_net_tcp.html): IPv4 in dotted notation, also where it comes mapped to IPv6.
 */
export function readPeers(table: string, port: number): string[] {
    const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
    return table.split("\n").flatMap((line) => {
        const [, local = "", remote = "", state] = line.trim().split(/\s+/);
        if (!local.endsWith(ending) || state !== established) {
            return [];
        }
        const hex = remote.split(":")[0] ?? "";
        // Each group of four bytes is in the machine's order, little-endian on all that Kubernetes runs on but s390x.
        const bytes = hex.match(/.{8}/g)?.flatMap((group) => (group.match(/../g) ?? []).reverse()) ?? [];
        return [addressOf(bytes)];
    });
}

function addressOf(bytes: readonly string[]): string {
    const mapped =
        bytes.length === 16 && bytes.slice(0, 12).join("") === "00000000000000000000ffff".toUpperCase();
    if (bytes.length === 4 || mapped) {
        return bytes
            .slice(-4)
            .map((byte) => String(parseInt(byte, 16)))
            .join(".");
    }
    const groups = bytes.join("").toLowerCase().match(/.{4}/g) ?? [];
    return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/**
 * What MySQL said about a statement of its init file that failed; it goes on without the rest of the file.
 *
 * @param log lines of MySQL's log
 */
export function initFileFailure(log: readonly string[]): string | undefined {
    // Such a line has the error's number in its text: "… [ERROR] [MY-000061] [Server] 1410 You are not allowed …".
    return log.map((line) => /\[ERROR\] \[MY-\d+\] \[Server\] (\d{4} .+)$/.exec(line)?.[1]).find(Boolean);
}

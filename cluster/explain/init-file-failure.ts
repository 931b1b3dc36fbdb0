/**
 * The line in which MySQL says that a statement of its init file failed; it goes on without the rest of the file.
 *
 * @param log lines of MySQL's log
 */
export function initFileFailure(log: readonly string[]): string | undefined {
    return log.find((line) => /\[ERROR\].*(init[-_ ]file|bootstrap)/i.test(line));
}

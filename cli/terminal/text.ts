/** Shortens a text to a number of characters, the last of which is then an ellipsis. */
export function truncate(text: string, most: number): string {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Puts a text on one line of at most so many characters. */
export function oneLine(text: string, most: number): string {
    return truncate(text.trim().replaceAll(/\s+/g, " "), most);
}

/** Lists the first few of some names, and how many more there are: "a, b and 3 more". */
export function firstFew(names: readonly string[], most: number): string {
    const more = names.length - most;
    return names.slice(0, most).join(", ") + (more > 0 ? ` and ${String(more)} more` : "");
}

/** Lines up the columns of a table, two spaces apart. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
    const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    return rows.map((row) =>
        row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd(),
    );
}

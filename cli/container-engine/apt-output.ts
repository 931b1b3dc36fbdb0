/** The names among `wanted` that a `dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n'` listing has not as installed. */
export function notInstalled(wanted: readonly string[], listing: string): string[] {
    const installed = new Set(
        listing.split("\n").flatMap((line) => {
            const [name, state] = line.trim().split(/\s+/);
            return name !== undefined && state === "ii" ? [name] : [];
        }),
    );
    return wanted.filter((name) => !installed.has(name));
}

/** The first archive in lines `<origin> <address>` whose origin is Debian and that is no security archive. */
export function firstMirror(targets: string): string | undefined {
    return /^Debian (\S+)$/m.exec(
        targets
            .split("\n")
            .filter((line) => !line.includes("security"))
            .join("\n"),
    )?.[1];
}

/** The lines of an `apt-config dump` that say how archives are fetched. */
export function networkSettings(dump: string): string[] {
    return dump
        .split("\n")
        .filter((line) => /^Acquire::(https?::|Check-Date |Check-Valid-Until |Retries )/.test(line))
        .filter((line) => !line.endsWith(' "";'));
}

/** A tier's setting by its full key, as it stands in `Pulumi.<stack>.yaml`. */
export function settingName(tier: string, path: string): string {
    return `multitier:${tier}.${path}`;
}

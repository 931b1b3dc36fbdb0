/** The name that a rendering gives to what is auto-named; the provider would end it with a random suffix. */
export function autoName(name: string): string {
    return `${name}-auto`;
}

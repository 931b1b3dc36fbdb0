import { defaultStack } from "../session/project.ts";

/** The stack that the CLI's arguments name, or the default. */
export function stackOf(args: readonly string[]): string {
    const end = args.indexOf("--");
    const own = end < 0 ? args : args.slice(0, end);
    const at = own.findIndex((argument) => argument === "--stack" || argument === "-s");
    const joined = own.find((argument) => argument.startsWith("--stack="));
    return (at < 0 ? undefined : own[at + 1]) ?? joined?.slice("--stack=".length) ?? defaultStack;
}

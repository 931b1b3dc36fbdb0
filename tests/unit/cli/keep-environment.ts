import { afterEach, beforeEach } from "mocha";

/**
 * Restores the variables of the process after each test of a suite. `process.env` itself stays: an object in its place
 * would hide the variables from Node.js' own code, as that of `homedir`.
 */
export function keepEnvironment(): void {
    let before: Readonly<Record<string, string | undefined>> = {};
    beforeEach(() => {
        before = { ...process.env };
    });
    afterEach(() => {
        for (const name of Object.keys(process.env).filter((each) => before[each] === undefined)) {
            Reflect.deleteProperty(process.env, name);
        }
        Object.assign(process.env, before);
    });
}

import type { Supply } from "../../../../cli/supply/supply.ts";

/** A supply that has everything, without looking at the machine. */
export function fakeSupply(changes: Partial<Supply> = {}): Supply {
    return {
        tool: (name) => Promise.resolve(`/tools/${name}`),
        providers: () => Promise.resolve(),
        engine: () => Promise.resolve({ command: "docker", environment: {} }),
        images: () => Promise.resolve(),
        nodeImage: () => Promise.resolve(undefined),
        ...changes,
    };
}

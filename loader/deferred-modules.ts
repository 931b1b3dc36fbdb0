import Module, { createRequire } from "node:module";

// Pulumi's SDK loads a thousand modules before a program's first line, most of them for what this program never does.
// The substitutes here load the real ones when they are first used; then all is as ever.

const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));

function substitute(id: string, exports: object): void {
    const file = load.resolve(id);
    const module = new Module(file);
    module.filename = file;
    module.loaded = true;
    module.exports = exports;
    load.cache[file] = module;
}

/** Gives access to the exports of a module that has a substitute. */
function realModule(id: string): (name: PropertyKey) => unknown {
    let exports: unknown;
    return (name) => {
        if (exports === undefined) {
            const file = load.resolve(id);
            Reflect.deleteProperty(load.cache, file);
            exports = load(file);
        }
        const value: unknown =
            typeof exports === "object" && exports !== null ? Reflect.get(exports, name) : undefined;
        return value;
    };
}

/** Defers a module of which the SDK takes these functions as soon as it is loaded. */
function deferFunctions(id: string, names: readonly string[]): void {
    const real = realModule(id);
    const deferred = names.map((name) => {
        const call = (...args: unknown[]): unknown => {
            const target = real(name);
            if (typeof target !== "function") {
                throw new TypeError(`@pulumi/pulumi has no function ${name} in ${id}.`);
            }
            return Reflect.apply(target, undefined, args) as unknown;
        };
        return [name, call] as const;
    });
    substitute(id, Object.fromEntries(deferred));
}

/** Defers a module of which the SDK takes nothing before it is used. */
function deferNamespace(id: string): void {
    const real = realModule(id);
    substitute(id, new Proxy<object>({}, { get: (_, name) => name === "__esModule" || real(name) }));
}

// Functions of dynamic providers are sent as source text, by way of the TypeScript compiler and npm's own resolver.
deferFunctions("./runtime/closure/serializeClosure", ["serializeFunction", "serializeFunctionAsync"]);
deferFunctions("./runtime/closure/codePaths", ["computeCodePaths"]);

// For programs that run other programs.
deferNamespace("./automation");

// It reads the source map of each file of the SDK in a stack trace, and each resource takes such a trace. The program's
// own lines are right without.
substitute("source-map-support/register", {});

// The launcher's spans of itself go nowhere where no trace is asked for.
if (!process.argv.includes("--tracing") && process.env["TRACEPARENT"] === undefined) {
    const nothing = (): void => undefined;
    const span = { setAttribute: nothing, addEvent: nothing, end: nothing };
    substitute("./cmd/run/tracing", { newSpan: () => span });
}

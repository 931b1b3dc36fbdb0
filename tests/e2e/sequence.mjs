// The tests in the order in which they share one cluster: what only looks comes before what changes, and what changes
// before what destroys. Mocha loads TypeScript as CommonJS, an .mjs file as what it is.
await import("./mistakes.test.ts");
await import("./first-up.test.ts");
await import("./page.test.ts");
await import("./security.test.ts");
await import("./rollout.test.ts");
await import("./durability.test.ts");
await import("./foreign-namespace.test.ts");
await import("./removal.test.ts");
await import("./recovery.test.ts");
await import("./untouched.test.ts");

// A program of its own: waits until whoever started it has ended, and removes what that has left (last-resort.ts).
import { once } from "node:events";
import * as v from "valibot";

import { connect } from "../kubernetes/client.ts";
import { removeProbes } from "./remove-probes.ts";

const { kubeconfig, context, ...made } = v.parse(
    v.strictObject({
        kubeconfig: v.string(),
        context: v.string(),
        run: v.string(),
        namespace: v.string(),
        ownNamespace: v.string(),
    }),
    JSON.parse(process.argv[2] ?? ""),
);

process.stdin.resume();
await once(process.stdin, "end");
await removeProbes(connect(kubeconfig, context), made);

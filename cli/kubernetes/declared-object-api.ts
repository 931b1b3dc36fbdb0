import {
    HttpMethod,
    type KubernetesObject,
    KubernetesObjectApi,
    PatchStrategy,
} from "@kubernetes/client-node";

import type { DeclaredObject } from "./declared-object.ts";

/** The API that declared objects are applied with. */
export class DeclaredObjectApi extends KubernetesObjectApi {
    /**
     * Applies a declared object as the provider does, and takes the fields over that others have changed.
     *
     * @param dryRun true if nothing is changed, and the answer is what it would be
     * @returns the object as it is then
     * @throws ApiException if the API server refuses it
     */
    async apply({ inputs, fieldManager }: DeclaredObject, dryRun: boolean): Promise<KubernetesObject> {
        const path = await this.specUriPath({ ...inputs }, "patch");
        const request = this.configuration.baseServer.makeRequestContext(path, HttpMethod.PATCH);
        request.setHeaderParam("Accept", "application/json");
        request.setHeaderParam("Content-Type", PatchStrategy.ServerSideApply);
        request.setQueryParam("fieldManager", fieldManager);
        request.setQueryParam("force", "true");
        if (dryRun) {
            request.setQueryParam("dryRun", "All");
        }
        // As it is: `patch` would leave out the fields that the client's types don't know, and so remove them.
        request.setBody(JSON.stringify(inputs));
        return await this.requestPromise(request);
    }
}

// A process of its own that renders one checkout's program: two checkouts in one process would share their modules.
import { renderProgram } from "./render-program";
import { rendered, Rendering, RenderingRequest, RenderingResponse } from "./rendered-resource";

async function render({ folder, project, configs }: RenderingRequest): Promise<RenderingResponse> {
    const results: Record<string, Rendering> = {};
    // One after the other, since a program's resources are registered with the process.
    for (const [stack, config] of Object.entries(configs)) {
        try {
            results[stack] = {
                resources: (await renderProgram(folder, stack, config, project)).map(rendered),
            };
        } catch (error) {
            results[stack] = { error: error instanceof Error ? error.message : String(error) };
        }
    }
    return results;
}

process.once("message", (request: RenderingRequest) => {
    void render(request).then((response) =>
        process.send?.(response, () => {
            // Whatever the program left running ends with it.
            process.exit();
        }),
    );
});

// A process of its own that renders one checkout's program: two checkouts in one process would share their modules.
import { renderProgram } from "./render-program";
import { rendered, Rendering, RenderingRequest } from "./rendered-resource";

async function render(request: RenderingRequest): Promise<Rendering[]> {
    const results: Rendering[] = [];
    // One after the other, since a program's resources are registered with the process.
    for (const { stack, config } of request.renderings) {
        try {
            const resources = await renderProgram(request.folder, stack, config);
            results.push({ resources: resources.map(rendered) });
        } catch (error) {
            results.push({ error: error instanceof Error ? error.message : String(error) });
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

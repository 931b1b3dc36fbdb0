/**
 * The promise's outcome, or an error if there is none in time. What was begun goes on unattended then.
 *
 * @param milliseconds how long to wait
 */
export async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
            reject(new Error(`no answer within ${milliseconds} ms`));
        }, milliseconds);
    });
    try {
        return await Promise.race([promise, tooLate]);
    } finally {
        clearTimeout(timer);
    }
}

/**
 * Works on up to `width` inputs at once and yields their results in the order of the inputs. The first failure is
 * thrown at its place, after the results before it; what is still under way is then waited for and dropped.
 */
export async function* inOrder<I, O>(
  inputs: AsyncIterable<I>,
  width: number,
  work: (input: I) => Promise<O>,
): AsyncGenerator<O> {
  const underWay: Promise<O>[] = [];
  try {
    for await (const input of inputs) {
      const result = work(input);
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= width) yield await (underWay.shift() as Promise<O>);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<O>);
  } finally {
    await Promise.allSettled(underWay);
  }
}

const TIMEOUT_MS = 12_000;

/** Asks the server of this page. Rejects with an error whose message a person can read. */
export async function ask(path, { body, headers = {} } = {}) {
  const posting = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(path, {
    ...posting,
    headers: { ...type, ...headers },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new Error('the shop does not answer; try again');
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? `the shop answered with ${response.status}`);
  return answer;
}

/** Asks until there is an answer, with growing pauses; `onWait` is told of each failure. */
export async function askUntilAnswered(path, onWait) {
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      return await ask(path);
    } catch (error) {
      onWait(error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

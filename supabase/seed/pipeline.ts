/**
 * Statements of one transaction, sent without waiting for the ones before: PostgreSQL runs them in the order in which they
 * are sent. The first one that fails is told by the next `settle`, and makes all later ones fail.
 */
export class Pipeline {
  readonly #waiting = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;

  /** Sends a statement. */
  send(statement: PromiseLike<unknown>): void {
    const settled: Promise<unknown> = Promise.resolve(statement)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#waiting.delete(settled));
    this.#waiting.add(settled);
  }

  /**
   * Sends a statement whose answer is asked for later.
   * @returns a function that waits for the answer, and throws what failed first.
   */
  ask<T>(statement: PromiseLike<T>): () => Promise<T> {
    const answer = Promise.resolve(statement);
    this.send(answer);
    return () =>
      answer.catch((error: unknown) => {
        throw this.#failure ? this.#failure.error : error;
      });
  }

  /** Waits for all that was sent; throws what failed first. */
  async settle(): Promise<void> {
    await Promise.all(this.#waiting);
    if (this.#failure) throw this.#failure.error;
  }
}

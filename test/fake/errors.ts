/** An answer with a status of its own, as Harper's operations throw it. */
export class OperationError extends Error {
  constructor(
    message: string,
    readonly status = 500,
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new OperationError(message, 400);
export const notFound = (message: string) => new OperationError(message, 404);

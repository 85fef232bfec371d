/** The client's address. API Gateway writes the last of this header itself; what stands before it is the client's word. */
export function gatewayAddressOf(request: Request): string {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'unknown';
}

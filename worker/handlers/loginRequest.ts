import { workLoginRequest } from '#domain/access/workLoginRequest.ts'
import type { Handler } from '../handler.ts'

export const loginRequest: Handler<'login.request'> = (ctx, job) => workLoginRequest(ctx, job)

import { answerLogin } from '#domain/sales/claim/answerLogin.ts'
import type { Handler } from '../handler.ts'

export const loginRequest: Handler<'login.request'> = (ctx, job) => answerLogin(ctx, job)

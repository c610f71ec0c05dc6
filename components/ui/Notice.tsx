import { CircleAlert, CircleCheck, Clock, Info } from 'lucide-react'
import type { ReactNode } from 'react'

const kinds = {
  info: { className: 'notice', Icon: Info },
  wait: { className: 'notice notice-wait', Icon: Clock },
  done: { className: 'notice notice-done', Icon: CircleCheck },
  error: { className: 'notice notice-error', Icon: CircleAlert },
} as const

interface NoticeProps {
  kind?: keyof typeof kinds
  title?: string
  children: ReactNode
  /** `alert` interrupts a screen reader, `status` waits its turn; neither for what stands there from the start. */
  role?: 'alert' | 'status'
  className?: string
}

export function Notice({ kind = 'info', title, children, role, className = '' }: NoticeProps) {
  const { className: look, Icon } = kinds[kind]
  return (
    <div className={`${look} ${className}`} role={role}>
      <Icon size={22} strokeWidth={1.75} aria-hidden="true" />
      <div>
        {title && <p className="font-bold">{title}</p>}
        {children}
      </div>
    </div>
  )
}

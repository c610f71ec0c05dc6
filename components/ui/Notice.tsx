import { CircleAlert, CircleCheck, Clock, Info } from 'lucide'
import type { ReactNode } from 'react'
import { Icon } from '#components/ui/Icon.tsx'

const kinds = {
  info: { className: 'notice', icon: Info },
  wait: { className: 'notice notice-wait', icon: Clock },
  done: { className: 'notice notice-done', icon: CircleCheck },
  error: { className: 'notice notice-error', icon: CircleAlert },
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
  const { className: look, icon } = kinds[kind]
  return (
    <div className={`${look} ${className}`} role={role}>
      <Icon of={icon} size={22} />
      <div>
        {title && <p className="font-bold">{title}</p>}
        {children}
      </div>
    </div>
  )
}

import { Body, Button, Container, Head, Heading, Hr, Html, Link, Preview, Section, Text } from '@react-email/components'
import type { CSSProperties, ReactNode } from 'react'

/** What every letter gets beside its own inputs; stored with them in the outbox row. */
export interface Frame {
  siteUrl: string
  operator: {
    name: string
    street: string
    postalCode: string
    city: string
    country: string
    email: string
    phone: string
  }
}

const ink = '#1D1B19'
const muted = '#5A5248'
const line = '#8F8474'
const mono = 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace'
const sans = "'Atkinson Hyperlegible Next', Verdana, 'Segoe UI', Helvetica, Arial, sans-serif"

const text: CSSProperties = { margin: '0 0 16px', fontSize: '16px', lineHeight: '1.55', color: ink }
const small: CSSProperties = { ...text, fontSize: '14px', margin: '0 0 12px' }
const quiet: CSSProperties = { ...small, color: muted }
const link: CSSProperties = { color: '#1F4E79', textDecoration: 'underline' }

/**
 * The frame of all letters: a job ticket with a yellow edge, a stub with number or stamp, one button at most, and a
 * foot with contact and „Vertrag widerrufen“. Works without images and without styles. Uses no clock and nothing
 * random, because a letter sent again must have the same bytes.
 */
export function Laufzettel(props: {
  frame: Frame
  preview: string
  title: string
  /** Left and right half of the stub, e.g. order number and „BEZAHLT 14:02“. */
  stub?: [string, string]
  children: ReactNode
}) {
  const { frame, stub } = props
  return (
    <Html lang="de">
      <Head>
        <meta name="color-scheme" content="light" />
        <meta name="supported-color-schemes" content="light" />
        <title>{props.title}</title>
      </Head>
      <Body style={{ margin: 0, padding: '24px 12px', backgroundColor: '#F5F0E6', fontFamily: sans }}>
        <Preview>{props.preview}</Preview>
        <Container
          style={{ maxWidth: '560px', backgroundColor: '#FFFDF8', border: `1px solid ${line}`, borderRadius: '4px' }}
        >
          <Section style={{ borderTop: '8px solid #F2B632', padding: '20px 28px 0' }}>
            <Text style={{ ...small, margin: '0 0 12px', fontWeight: 700 }}>Die Produktivitäts-Werkstatt</Text>
            {stub && <Stub left={stub[0]} right={stub[1]} />}
          </Section>
          <Section style={{ padding: '16px 28px 12px' }}>
            <Heading as="h1" style={{ margin: '0 0 16px', fontSize: '26px', lineHeight: '1.2', color: ink }}>
              {props.title}
            </Heading>
            {props.children}
          </Section>
          <Foot frame={frame} />
        </Container>
      </Body>
    </Html>
  )
}

function Stub({ left, right }: { left: string; right: string }) {
  const cell: CSSProperties = { fontFamily: mono, fontSize: '14px', padding: '8px 0', color: ink }
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding={0}
      cellSpacing={0}
      style={{ borderTop: `2px dashed ${line}`, borderBottom: `2px dashed ${line}` }}
    >
      <tbody>
        <tr>
          <td style={cell}>{left}</td>
          <td align="right" style={{ ...cell, fontWeight: 700 }}>
            {' '}
            {right}
          </td>
        </tr>
      </tbody>
    </table>
  )
}

function Foot({ frame: { siteUrl, operator } }: { frame: Frame }) {
  return (
    <Section style={{ padding: '0 28px 20px' }}>
      <Hr style={{ borderTop: `2px dashed ${line}`, margin: '8px 0 16px' }} />
      <Text style={quiet}>
        Fragen? Antworte auf diese Mail, schreib an {operator.email} oder ruf an: {operator.phone}.
      </Text>
      <Text style={quiet}>
        {operator.name}, {operator.street}, {operator.postalCode} {operator.city}, {operator.country}
      </Text>
      <Text style={{ ...small, margin: 0 }}>
        <Link href={`${siteUrl}/widerruf`} style={link}>
          Vertrag widerrufen
        </Link>
        {' · '}
        <Link href={`${siteUrl}/impressum`} style={link}>
          Impressum
        </Link>
        {' · '}
        <Link href={`${siteUrl}/datenschutz`} style={link}>
          Datenschutz
        </Link>
      </Text>
    </Section>
  )
}

/** A paragraph. `tone` quiet is for side remarks. */
export function P({ children, tone }: { children: ReactNode; tone?: 'quiet' }) {
  return <Text style={tone === 'quiet' ? quiet : text}>{children}</Text>
}

/** A link inside a sentence. */
export function Away({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} style={link}>
      {children}
    </Link>
  )
}

/** A heading inside the ticket. */
export function H2({ children }: { children: ReactNode }) {
  return (
    <Heading as="h2" style={{ margin: '24px 0 8px', fontSize: '18px', color: ink }}>
      {children}
    </Heading>
  )
}

/** The letter's one button. */
export function Go({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Section style={{ margin: '8px 0 20px' }}>
      <Button
        href={href}
        style={{
          display: 'inline-block',
          backgroundColor: '#F2B632',
          color: ink,
          fontSize: '17px',
          fontWeight: 700,
          padding: '14px 24px',
          borderRadius: '4px',
          textDecoration: 'none',
        }}
      >
        {children}
      </Button>
    </Section>
  )
}

/** A code to type: large digits in two groups. */
export function Code({ digits }: { digits: string }) {
  return (
    <Text
      style={{ ...text, fontFamily: mono, fontSize: '32px', letterSpacing: '2px', lineHeight: '1.2', fontWeight: 700 }}
    >
      {digits.slice(0, 3)} {digits.slice(3)}
    </Text>
  )
}

/** Lines of a ticket: name left, value right. */
export function Lines({ rows }: { rows: [string, string][] }) {
  const cell: CSSProperties = {
    padding: '6px 0',
    fontSize: '15px',
    verticalAlign: 'top',
    borderBottom: '1px solid #DDD6C8',
  }
  return (
    <table width="100%" cellPadding={0} cellSpacing={0} style={{ margin: '0 0 16px' }} className="lines">
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <td style={{ ...cell, color: muted, paddingRight: '16px' }}>{name}: </td>
            <td align="right" style={{ ...cell, color: ink }}>
              {value}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Our own legal text, rendered from Markdown when the letter was queued and stored in its inputs. */
export function Legal({ html }: { html: string }) {
  return (
    <div
      style={{ fontSize: '13px', lineHeight: '1.5', color: muted }}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: our own texts, no user's word in them
      dangerouslySetInnerHTML={{ __html: html }}
    />
  )
}

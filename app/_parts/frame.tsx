import type { ComponentProps } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { PlaceholderText, SandboxText } from '#components/site/Bands.tsx'
import { type FooterProps, FooterText } from '#components/site/FooterText.tsx'

/** What stands around every page, as html. */
export const drawFooter = (props: FooterProps): string => renderToStaticMarkup(<FooterText {...props} />)

export const drawSandboxBand = (props: ComponentProps<typeof SandboxText>): string =>
  renderToStaticMarkup(<SandboxText {...props} />)

export const drawPlaceholderBand = (placeholders: string[]): string =>
  renderToStaticMarkup(<PlaceholderText placeholders={placeholders} />)

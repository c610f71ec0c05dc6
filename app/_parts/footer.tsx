import { renderToStaticMarkup } from 'react-dom/server'
import { type FooterProps, FooterText } from '#components/site/FooterText.tsx'

/** What stands in the foot of every page as html. */
export const drawFooter = (props: FooterProps): string => renderToStaticMarkup(<FooterText {...props} />)

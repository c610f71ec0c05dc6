import './german.ts'
import 'media-chrome/media-controller'
import 'media-chrome/media-control-bar'
import 'media-chrome/media-play-button'
import 'media-chrome/media-seek-backward-button'
import 'media-chrome/media-seek-forward-button'
import 'media-chrome/media-time-range'
import 'media-chrome/media-mute-button'
import 'media-chrome/media-volume-range'
import 'media-chrome/media-pip-button'
import 'media-chrome/media-fullscreen-button'
import 'media-chrome/media-loading-indicator'
import type { ComponentType, ReactNode } from 'react'

/** media-chrome's custom elements for JSX: attributes as in its documentation, `class` instead of `className`. */
type ElementProps = { children?: ReactNode; class?: string; slot?: string } & Record<string, unknown>
const element = (tag: string) => tag as unknown as ComponentType<ElementProps>

export const Controller = element('media-controller')
export const ControlBar = element('media-control-bar')
export const PlayButton = element('media-play-button')
export const BackButton = element('media-seek-backward-button')
export const ForwardButton = element('media-seek-forward-button')
export const TimeRange = element('media-time-range')
export const MuteButton = element('media-mute-button')
export const VolumeRange = element('media-volume-range')
export const PipButton = element('media-pip-button')
export const FullscreenButton = element('media-fullscreen-button')
export const LoadingIndicator = element('media-loading-indicator')

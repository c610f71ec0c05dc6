export interface VideoMeta {
  guid: string
  title: string
  /** API status: 0 created … 4 finished, 5 error. */
  status: number
  encodeProgress: number
  length: number
  resolutions: string
  captions: { srclang: string; label: string }[]
  thumbnailFile: string | null
}

export interface VideoHost {
  getVideo(guid: string): Promise<VideoMeta>
  /** One result per item; a failure is named, never thrown. */
  getVideos(guids: string[]): Promise<({ guid: string; video: VideoMeta } | { guid: string; error: Error })[]>
  listVideos(input: { page: number; perPage: number; search?: string }): Promise<{ total: number; videos: VideoMeta[] }>
  createVideo(title: string): Promise<VideoMeta>
  updateVideo(guid: string, change: { title?: string }): Promise<void>
  deleteVideo(guid: string): Promise<void>
  /** Computed here, so it works while Bunny's API is away. `signed` is false without a token key. */
  signPlayback(guid: string, expiresAt: Date): { playlistUrl: string; signed: boolean }
  signUpload(guid: string, expiresAt: Date): { endpoint: string; headers: Record<string, string> }
  readCaptions(guid: string, srclang: string): Promise<string>
  /**
   * Checks Bunny's signature on the raw bytes. Throws `AppError('signature_invalid')` (also without a read-only key) or
   * `payload_unusable`.
   */
  readEvent(raw: Buffer, headers: { get(name: string): string | null }): VideoEvent
}

/** Tells only which film to fetch again. The status number is of Bunny's webhook enum, not of the API's. */
export interface VideoEvent {
  guid: string
  webhookStatus: number
}

#!/bin/sh
# Makes the test film: 8 minutes, true running time code, a soft tone that changes each minute, two qualities.
# Run once by hand (needs ffmpeg with libx264 and drawtext); the result is committed, together below 8 MB.
# Each quality is one fragmented MP4: a keyframe every 4 s, a fragment every second, no B-frames. The emulator joins four
# fragments to one segment, and fewer at the end, so that a playlist ends at any whole second, exactly.
set -eu
cd "$(dirname "$0")"

seconds=480
fps=8
fonts=../../node_modules/@fontsource-variable
mono=$fonts/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-wght-normal.woff2
sans=$fonts/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2

paper=0xF5F0E6 ink=0x1D1B19 muted=0x5A5248 yellow=0xF2B632

# The folding rule: one yellow band that grows over the eight minutes, a short tick every 10 s, a long one each minute.
ticks=
i=0
while [ $i -le 48 ]; do
  x=$((32 + i * 12))
  if [ $((i % 6)) -eq 0 ]; then h=22; else h=10; fi
  ticks="$ticks,drawbox=x=$x:y=268:w=1:h=$h:color=$ink:t=fill"
  i=$((i + 1))
done
clock="%{eif\\:trunc(t/60)\\:d\\:2}\\:%{eif\\:mod(trunc(t)\\,60)\\:d\\:2}"
minute="Minute %{eif\\:trunc(t/60)+1\\:d} von 8"

picture="[0:v]drawbox=x=32:y=268:w=577:h=36:color=0xE7DFD0:t=fill[sheet];
  color=c=$yellow:s=576x36:r=$fps:d=$seconds[band];
  color=c=0xE7DFD0:s=576x36:r=$fps:d=$seconds[folded];
  [folded][band]overlay=x='-576+576*t/$seconds':y=0:eval=frame[rule];
  [sheet][rule]overlay=x=32:y=268$ticks,
  drawbox=x=32:y=267:w=577:h=1:color=$ink:t=fill,drawbox=x=32:y=304:w=577:h=1:color=$ink:t=fill,
  drawtext=fontfile=$sans:text='Die Produktivitäts-Werkstatt':fontsize=24:fontcolor=$ink:x=32:y=34,
  drawtext=fontfile=$mono:text='Testfilm':fontsize=18:fontcolor=$muted:x=w-tw-32:y=40,
  drawtext=fontfile=$mono:text='$clock':fontsize=112:fontcolor=$ink:x=(w-tw)/2:y=106,
  drawtext=fontfile=$mono:text='$minute':fontsize=18:fontcolor=$muted:x=(w-tw)/2:y=222,
  format=yuv420p,split[large][small];
  [large]null[v360];[small]scale=426:240:flags=area[v240]"

# Pentatonic, one step each minute; the swell is silent every 4 s, so also at each change: no click.
step="if(lt(t,60),0,if(lt(t,120),2,if(lt(t,180),4,if(lt(t,240),7,if(lt(t,300),9,if(lt(t,360),12,if(lt(t,420),14,16)))))))"
tone="0.1*(0.5-0.5*cos(PI*t/2))*sin(2*PI*261.63*pow(2,($step)/12)*t)"

quality() { # name, video stream
  ffmpeg -hide_banner -loglevel error -y \
    -f lavfi -i "color=c=$paper:s=640x360:r=$fps:d=$seconds" \
    -f lavfi -i "aevalsrc='$tone':s=22050:d=$seconds" \
    -filter_complex "$picture;[$3]nullsink" -map "[$2]" -map 1:a \
    -c:v libx264 -profile:v main -preset slow -tune animation -crf "$4" -g $((fps * 4)) -keyint_min $((fps * 4)) -sc_threshold 0 -bf 0 \
    -c:a aac -b:a 20k -ac 1 -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
    -f hls -hls_time 1 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags single_file+split_by_time \
    -hls_segment_filename "$1.mp4" "$1.m3u8"
}

quality 360p v360 v240 27
quality 240p v240 v360 28
# The poster: one frame of the film, as Bunny makes a thumbnail.
ffmpeg -hide_banner -loglevel error -y -ss 20 -i 360p.mp4 -frames:v 1 -update 1 -q:v 4 -bitexact poster.jpg
ls -l ./*.jpg ./*.mp4 ./*.m3u8

import { expect, test } from 'vitest'
import { cdnToken, readTokenedPath, tokenFault, uploadSignature, webhookHeaders } from './sign.ts'

// Vectors computed with Bunny's published formulas; the first CDN one stands in BunnyWay/BunnyCDN.TokenAuthentication.
const guid = 'eb1c4f77-0cda-46be-b47d-1118ad7c2ffe'
const directory = `/bcdn_token=HS256-ARHe6a4FpEKUq2o8SCq25B4NHCdsjm1WBwko8JkSbaM&token_path=%2F${guid}%2F&expires=1598024587/${guid}/playlist.m3u8`
const before = 1598024586

test('the upload, the webhook and the file token are Bunny’s', () => {
  expect(uploadSignature('759', 'APIKEY', '1456761770', guid)).toBe(
    'a313df11654675940bc90414710ef439065b10323e21bbce88d1159253bfdd81',
  )
  const body = '{"VideoLibraryId":133,"VideoGuid":"657bb740-a71b-4529-a012-528021c31a92","Status":3}'
  expect(webhookHeaders('ROKEY', body)['X-BunnyStream-Signature']).toBe(
    '56cded91b2a6f2aaf0231a4a346ab70d6e291cfcf72073db00c6837269cbc776',
  )
  expect(cdnToken('SecurityKey', '/300kb.jpg', '1598024587', {})).toBe(
    'HS256-o10JRWlsAItyAsdKS6jJKjabHN4FrFsplDHPV1idcX4',
  )
})

test('the directory token opens everything below its folder, until it expires', () => {
  const check = (path: string, nowS = before, key = 'SecurityKey') => {
    const read = readTokenedPath(path, '')
    return read && tokenFault(read, key, nowS)
  }
  expect(check(directory)).toBeNull()
  expect(check(directory.replace('playlist.m3u8', '360p/video7.m4s'))).toBeNull()
  expect(check(directory, before + 1)).toBe('expired')
  expect(check(directory, before, 'Another')).toBe('invalid')
  expect(check(directory.replace('expires=1598024587', 'expires=1598029999'))).toBe('invalid')
  expect(check(directory.replace(`/${guid}/playlist`, '/other/playlist'))).toBe('invalid')
  expect(check(`/${guid}/playlist.m3u8`)).toBe('missing')
  expect(check('/%E0%A4%A')).toBeNull()
})

test('an expiry in milliseconds is no expiry', () => {
  const expires = '1598024587000'
  const token = cdnToken('k', '/a', expires, {})
  expect(tokenFault({ pathname: '/a', token, expires, parameters: {} }, 'k', before)).toBe('invalid')
})

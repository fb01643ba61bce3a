import torch from 'softmargin'

/** How far a picture may be turned (in radians), enlarged or made smaller, and shifted (in pixels). */
const [TURN, ZOOM, SHIFT] = [0.26, 0.15, 3]
const [BRIGHTNESS, CONTRAST] = [0.15, 0.25]

/**
 * Each picture [N, C, H, W] turned, zoomed, shifted and recoloured a little, each in its own way. Not mirrored: `right` is a tag.
 */
export function augment(images) {
  return recolour(sample(images, randomPlaces(images)))
}

/** Numbers between -limit and limit, one for each picture: [N, 1]. */
const random = (images, limit) =>
  torch
    .rand([images.shape[0], 1])
    .sub(0.5)
    .mul(2 * limit)

/** Where each pixel of the new pictures comes from: rows and columns, [N, H * W]. */
function randomPlaces(images) {
  const [, , height, width] = images.shape
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2]
  const [y, x] = torch
    .meshgrid(torch.arange(height).sub(middleY), torch.arange(width).sub(middleX), {
      indexing: 'ij',
    })
    .map((axis) => axis.reshape([1, -1]))
  const [angle, zoom] = [random(images, TURN), random(images, ZOOM).exp()]
  const [cos, sin] = [angle.cos().mul(zoom), angle.sin().mul(zoom)]
  const rows = y.mul(cos).add(x.mul(sin)).add(random(images, SHIFT)).add(middleY)
  const columns = x.mul(cos).sub(y.mul(sin)).add(random(images, SHIFT)).add(middleX)
  return [rows, columns]
}

/** Bilinear: the four pixels around each place, weighted by how near they are. Outside is what the border has. */
function sample(images, [rows, columns]) {
  const [count, channels, height, width] = images.shape
  const pixels = images.reshape([count, channels, height * width])
  const [top, left] = [rows.floor(), columns.floor()]
  const [down, right] = [rows.sub(top), columns.sub(left)]
  const at = (y, x) => {
    const place = y
      .clamp(0, height - 1)
      .mul(width)
      .add(x.clamp(0, width - 1))
    return pixels.gather(2, place.int().unsqueeze(1).expand([-1, channels, -1]))
  }
  const between = (a, b, share) => a.add(b.sub(a).mul(share.unsqueeze(1)))
  const upper = between(at(top, left), at(top, left.add(1)), right)
  const lower = between(at(top.add(1), left), at(top.add(1), left.add(1)), right)
  return between(upper, lower, down).reshape(images.shape)
}

function recolour(images) {
  const [contrast, brightness] = [random(images, CONTRAST).add(1), random(images, BRIGHTNESS)]
  const each = (numbers) => numbers.reshape([-1, 1, 1, 1])
  return images.sub(0.5).mul(each(contrast)).add(0.5).add(each(brightness)).clamp(0, 1)
}

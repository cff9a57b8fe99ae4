/**
 * Pictures that somebody uploads: bounded, and drawn anew before anybody sees them.
 *
 * **Invariant.** What is kept and shown was drawn here of the dots alone: nothing else that was in the file is.
 * **Invariant.** A picture is drawn in a thread of its own, one after another, in bounded time and memory.
 * Deliberately absent: any other kind than JPEG and PNG, and keeping the file as it came.
 */
export {
  openPictureReader,
  PICTURE_UPLOAD_MAX,
  type DrawnPicture,
  type PictureRefusal,
  type ReadPicture,
} from './read-picture.ts';
export { sendPicture } from './picture-answer.ts';
export { fileOf, readUploads } from './upload-form.ts';

package io.sallyport.distribution.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A container image of one small layer, as an OCI image layout in a directory. */
final class TinyImage {
  private static final int BLOCK = 512;
  private static final int CONTENT = 256 * 1024;

  private final Path layout;

  private TinyImage(Path layout) {
    this.layout = layout;
  }

  /** Writes one below a directory. */
  static TinyImage write(Path directory) throws IOException {
    TinyImage image = new TinyImage(Files.createDirectories(directory.resolve("image")));
    Files.createDirectories(image.layout.resolve("blobs/sha256"));
    // Bytes that do not compress, always the same: a pull moves a quarter of a megabyte.
    byte[] content = new byte[CONTENT];
    new Random(20).nextBytes(content);
    byte[] tar = tar("greeting", content);
    byte[] layer = gzip(tar);
    byte[] config =
        """
        {"architecture":"amd64","os":"linux","config":{},\
        "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}\
        """
            .formatted(digest(tar))
            .getBytes(StandardCharsets.UTF_8);
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s",\
        "size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",\
        "digest":"sha256:%s","size":%d}]}\
        """
            .formatted(digest(config), config.length, digest(layer), layer.length)
            .getBytes(StandardCharsets.UTF_8);
    image.blob(layer);
    image.blob(config);
    image.blob(manifest);
    Files.writeString(
        image.layout.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[\
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s",\
        "size":%d,"annotations":{"org.opencontainers.image.ref.name":"1"}}]}\
        """
            .formatted(digest(manifest), manifest.length));
    Files.writeString(image.layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return image;
  }

  /** How skopeo names it. */
  String reference() {
    return "oci:" + layout + ":1";
  }

  private void blob(byte[] bytes) throws IOException {
    Files.write(layout.resolve("blobs/sha256").resolve(digest(bytes)), bytes);
  }

  private static byte[] tar(String name, byte[] content) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "00000000000");
    header[156] = '0';
    put(header, 257, "ustar");
    put(header, 263, "00");
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o".formatted(sum));
    header[154] = 0;
    int padded = (content.length + BLOCK - 1) / BLOCK * BLOCK;
    byte[] tar = new byte[BLOCK + padded + 2 * BLOCK];
    System.arraycopy(header, 0, tar, 0, BLOCK);
    System.arraycopy(content, 0, tar, BLOCK, content.length);
    return tar;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

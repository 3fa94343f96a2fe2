# Pictures to look at: those of the image tests' panels, in Python, R and ggplot2.

GALLERY := $(abspath $(or $(CARGO_TARGET_DIR),target))/gallery

.PHONY: gallery

gallery: build build-r ## Draw all pictures of all panels into one page to look at: target/gallery/index.html
	rm -rf $(GALLERY)
	R_LIBS=$(R_LIBRARY) PYTHONPATH=python/tests $(PY) tools/gallery/gallery.py $(GALLERY)

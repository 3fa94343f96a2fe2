# Pictures to look at: those of the image tests' panels, in Python, R and ggplot2.

GALLERY := $(abspath $(or $(CARGO_TARGET_DIR),target))/gallery
RUN_GALLERY = R_LIBS=$(R_LIBRARY) PYTHONPATH=python/tests $(PY) tools/gallery/gallery.py

.PHONY: gallery test-gallery

test: test-gallery

gallery: build build-r ## Draw all pictures of all panels into one page to look at: target/gallery/index.html
	rm -rf $(GALLERY)
	$(RUN_GALLERY) $(GALLERY)

test-gallery: build build-r ## Draw all pictures of one panel
	rm -rf $(GALLERY)-test
	$(RUN_GALLERY) $(GALLERY)-test long_names

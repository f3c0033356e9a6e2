#pragma once

#include <QLabel>

namespace keydesk {

/// A label that wraps and is always as high as its text then is. In a form inside a scroll area Qt asks a
/// wrapping label for its height before it knows the width, and lays the rows over each other.
class WrapLabel : public QLabel
{
    Q_OBJECT

public:
    explicit WrapLabel(const QString &text = {}, QWidget *parent = nullptr);

    /// Instead of QLabel's, which knows nothing of the height.
    void setText(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();
};

} // namespace keydesk

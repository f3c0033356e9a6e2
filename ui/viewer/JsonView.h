#pragma once

#include "app/body/JsonIndex.h"
#include "ui/viewer/FilePane.h"

class QLabel;
class QToolButton;

namespace keydesk {

class JsonPane;
class ModeSwitch;

/// JSON of any size, laid out or as a tree: where the caret is as a path to click on, then the rows. The file
/// is read through once in the background; what has been read is shown meanwhile.
class JsonView : public FilePane
{
    Q_OBJECT

public:
    explicit JsonView(QWidget *parent = nullptr);
    ~JsonView() override;

    /// By its type, its name, or its beginning.
    static bool fits(const ShownFile &file);

    [[nodiscard]] JsonPane &pane() const { return *m_pane; }
    [[nodiscard]] const JsonIndex &index() const { return *m_index; }
    void setFile(const ShownFile &file) override;
    void refresh() override;
    void setGrowing(bool isGrowing) override;
    [[nodiscard]] FindTarget *findTarget() override;
    [[nodiscard]] std::optional<qint64> caret() const override;
    [[nodiscard]] QStringList place() const override;
    [[nodiscard]] QStringList facts() const override;
    [[nodiscard]] bool readsText() const override { return false; } // RFC 8259: it is UTF-8

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void takeGrowth();
    void showPath();
    void goToStep(const QString &step);

    std::optional<TextPieces> m_text;
    std::unique_ptr<JsonIndex> m_index;
    JsonPane *m_pane;
    QLabel *m_path;
    QToolButton *m_fault;
    ModeSwitch *m_looks;
};

} // namespace keydesk
